"""### Take in one department's files
`load → validate → gate and conform → report` for every receipt of this feed that some stage still owes something; one
county's broken file never holds up another's. A rejected file is a verdict with a receipt, not a failed task.

Runs when files were received, and hourly in case an event was lost: work is found by state. See docs/operating.md.
"""

from airflow.sdk import dag, task, task_group
from airflow.sdk.exceptions import AirflowSkipException
from airflow.timetables.assets import AssetOrTimeSchedule
from airflow.timetables.trigger import CronTriggerTimetable

from childledger import dagkit


def ingest(contract):
    feed = contract.feed
    schedule = AssetOrTimeSchedule(
        timetable=CronTriggerTimetable(dagkit.HOURLY, timezone="Asia/Shanghai"), assets=[dagkit.received(feed)]
    )
    about = f"{__doc__}\nFeed `{feed}` ({contract.title}), contract {contract.version}."

    @dag(dag_id=dagkit.ingest_id(feed), schedule=schedule, doc_md=about, tags=["ingest"], **dagkit.DEFAULTS)
    def build():
        @task(doc_md="Receipts with unfinished work, new ones and those a crash left behind.")
        def list_receipts():
            from childledger import pipeline

            return pipeline.list_unsettled(dagkit.settings(), feed)

        @task_group
        def receipt(receipt_id):
            def stage(purpose, *names):
                @task(task_id=names[-1], doc_md=purpose)
                def run(receipt_id):
                    from childledger import pipeline

                    for name in names:
                        pipeline.run_stage(dagkit.settings(), name, feed, receipt_id)

                return run(receipt_id)

            @task(doc_md="Result receipt for the sender, validation report for auditors.")
            def report(receipt_id):
                from childledger import pipeline

                pipeline.report(dagkit.settings(), feed, receipt_id)

            load = stage("Parse by contract: one physical line is one record; text only.", "load")
            validate = stage("Run the committed Great Expectations suite; keep rule, column and line.", "validate")
            conform = stage(
                "At the gate: compare, measure in a shadow run, release or hold for a person. Then publish the "
                "accepted rows of a released file as typed source records.",
                "gate",
                "conform",
            )
            load >> validate >> conform >> report(receipt_id)

        @task(
            outlets=[dagkit.conformed(feed)],
            trigger_rule="all_done",
            doc_md="Announce records and refresh the index pages.",
        )
        def announce(receipts):
            from childledger import pipeline

            if not receipts:
                raise AirflowSkipException("nothing to announce")
            pipeline.index(dagkit.settings())

        receipts = list_receipts()
        receipt.expand(receipt_id=receipts) >> announce(receipts)

    return build()


for contract in dagkit.feeds():
    ingest(contract)
