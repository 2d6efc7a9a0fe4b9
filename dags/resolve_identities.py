"""### Resolve identities
Which records speak of the same child. Runs when any feed published records, and hourly; skipped when nothing waits.
Publishes members, the review queue and events in one transaction. See docs/matching.md.
"""

from functools import reduce
from operator import or_

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowSkipException
from airflow.timetables.assets import AssetOrTimeSchedule
from airflow.timetables.trigger import CronTriggerTimetable

from childledger import dagkit

ANY_FEED = reduce(or_, (dagkit.conformed(contract.feed) for contract in dagkit.feeds()))
SCHEDULE = AssetOrTimeSchedule(timetable=CronTriggerTimetable(dagkit.HOURLY, timezone="Asia/Shanghai"), assets=ANY_FEED)


@dag(schedule=SCHEDULE, doc_md=__doc__, tags=["linkage"], **dagkit.DEFAULTS)
def resolve_identities():
    @task(outlets=[dagkit.IDENTITIES], doc_md="Match everything that waits; returns counts.")
    def resolve():
        from childledger import pipeline

        counts = pipeline.resolve(dagkit.settings())
        if not counts:
            raise AirflowSkipException("nothing waits to be matched")
        return counts

    resolve()


resolve_identities()
