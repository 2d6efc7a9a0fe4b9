-- Records of units that are not firm: the only ones that look for others.
create table if not exists loose as select * from record where false;
