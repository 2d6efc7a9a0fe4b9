-- So that what follows plans for as many records as there are.
analyze found;
