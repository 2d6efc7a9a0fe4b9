"""### Receive drops
The only poller: every minute it claims complete files from all landing zones, answers each within the minute
(已收到, or why not) and wakes the feeds that have new work. No file can make it fail.

A run that finds nothing is skipped. See docs/operating.md.
"""

from airflow.sdk import AssetAlias, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from childledger import dagkit

RECEIVED = AssetAlias("received")


@dag(schedule=dagkit.settings().poll, doc_md=__doc__, tags=["intake"], **dagkit.DEFAULTS)
def receive_drops():
    @task(outlets=[RECEIVED], doc_md="Claim, archive and acknowledge; announce the feeds with work.")
    def receive(*, outlet_events):
        from childledger import pipeline

        feeds = pipeline.receive(dagkit.settings())
        if not feeds:
            raise AirflowSkipException("no new files")
        for feed in feeds:
            outlet_events[RECEIVED].add(dagkit.received(feed))
        return feeds

    receive()


receive_drops()
