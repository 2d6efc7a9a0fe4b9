"""### Refresh the ledger
Facts → profiles → entries → flags → queue items → checks → reconciliation, in one transaction: a check that does not
hold rolls everything back and names itself. Runs after identities changed, and every night because facts expire and
children turn sixteen without anybody sending a file. See docs/operating.md.
"""

from airflow.sdk import dag, task
from airflow.timetables.assets import AssetOrTimeSchedule
from airflow.timetables.trigger import CronTriggerTimetable

from childledger import dagkit

NIGHTLY = "30 1 * * *"
SCHEDULE = AssetOrTimeSchedule(
    timetable=CronTriggerTimetable(NIGHTLY, timezone="Asia/Shanghai"), assets=[dagkit.IDENTITIES]
)


@dag(schedule=SCHEDULE, doc_md=__doc__, tags=["ledger"], **dagkit.DEFAULTS)
def refresh_ledger():
    @task(outlets=[dagkit.LEDGER], doc_md="Refresh as of today in Beijing; returns counts.")
    def refresh():
        from childledger import pipeline

        return pipeline.refresh(dagkit.settings())

    refresh()


refresh_ledger()
