-- Whether a name of three or four characters calls a newborn its parent's daughter: 李艳女. Hardly a child of today is named so,
-- but for 仙女 and the like.
create or replace macro called_daughter(name) as regexp_matches(name, '[^仙神天玉少织才侠贞孝圣淑美]女\s*$');
