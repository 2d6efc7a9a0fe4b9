-- Drop the working tables of a stage that ran before within the same transaction, so that it can run again.
discard temp;
