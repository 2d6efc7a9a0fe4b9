-- Where the doubtful pairs of this run land before they replace the review queue.
create temporary table doubtful (like identity.pair including defaults) on commit drop;
