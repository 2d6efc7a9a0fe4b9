-- What was known of the records this run looks at. Reads: looked. Writes: seen.
delete from seen where rid in (select rid from looked);
