-- Make room for the next definition. Writes: crossing.
delete from crossing;
