-- So that what follows plans for as many keys as there are.
analyze stirred;
