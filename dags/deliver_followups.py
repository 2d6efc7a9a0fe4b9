"""### Deliver follow-ups
Every county's list of open items, written whole: XLSX for child directors, JSON for systems. Beside it, every sender's
correction tickets, effect receipts and scorecards; the services due to children without proof, and what is asked of
places of the household register. Delivering twice changes nothing.
Runs after each refresh, and hourly in case an event was lost. See docs/operating.md.
"""

from airflow.sdk import dag, task
from airflow.timetables.assets import AssetOrTimeSchedule
from airflow.timetables.trigger import CronTriggerTimetable

from childledger import dagkit

SCHEDULE = AssetOrTimeSchedule(
    timetable=CronTriggerTimetable(dagkit.HOURLY, timezone="Asia/Shanghai"), assets=[dagkit.LEDGER]
)


@dag(schedule=SCHEDULE, doc_md=__doc__, tags=["followup"], **dagkit.DEFAULTS)
def deliver_followups():
    @task(doc_md="Write the lists, mark the items delivered; returns how many were new.")
    def deliver():
        from childledger import pipeline

        return pipeline.deliver(dagkit.settings())

    @task(doc_md="Settle and open correction tickets, tell senders what their files did; returns counts.")
    def tell_senders():
        from childledger import pipeline

        return pipeline.tell_senders(dagkit.settings())

    @task(doc_md="Bring the services due to the ledger, write the gaps; returns the numbers of the matrix.")
    def entitle():
        from childledger import pipeline

        return pipeline.entitle(dagkit.settings())

    @task(doc_md="Open and end requests to places of the household register, write lists and letters; returns counts.")
    def follow_dockets():
        from childledger import docketing

        return docketing.follow(dagkit.settings())

    @task(doc_md="The state of every county's half-year, and the province's page; returns rounds by state.")
    def keep_rounds():
        from childledger import signoff

        return signoff.keep(dagkit.settings())

    entitle()
    follow_dockets()
    deliver() >> tell_senders() >> keep_rounds()


deliver_followups()
