"""### Decide about held files
The gate holds a file that would change too much. Every hour each file that waits is put to a person as a required
action of its own: release or refuse, with a reason. Nobody answering means that it is asked again the next hour; a
decision taken elsewhere (`childledger decide`) stands, and a later answer here changes nothing. See docs/operating.md.
"""

from datetime import timedelta

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import AssetAlias, Param, dag, task, task_group
from airflow.timetables.trigger import CronTriggerTimetable

from childledger import dagkit

RECEIVED = AssetAlias("received")
RELEASE, REFUSE, LATER = "放行 release", "退回 refuse", "以后再定 later"
WORDS = {RELEASE: "release", REFUSE: "refuse"}
REASON = Param("", type="string", title="理由 reason", description="不得填写个人信息 / no personal data")
DESCRIBED = "{{{{ ti.xcom_pull(task_ids='held_file.describe', map_indexes=ti.map_index)['{}'] }}}}"


@dag(
    schedule=CronTriggerTimetable(dagkit.HOURLY, timezone="Asia/Shanghai"),
    doc_md=__doc__,
    tags=["intake"],
    **dagkit.DEFAULTS,
)
def decide_held_files():
    @task(doc_md="Receipts that wait for a decision, by state.")
    def list_held():
        from childledger import pipeline

        return [held["receipt_id"] for held in pipeline.list_held(dagkit.settings())]

    @task_group
    def held_file(receipt_id):
        @task(doc_md="Subject and counts for the person who decides; no personal value.")
        def describe(receipt_id):
            from childledger import pipeline

            return pipeline.describe_held(dagkit.settings(), receipt_id)

        ask = HITLOperator(
            task_id="ask",
            doc_md="Wait for a person; after the hour it is asked again by the next run.",
            subject=DESCRIBED.format("subject"),
            body=DESCRIBED.format("body"),
            options=[RELEASE, REFUSE, LATER],
            defaults=LATER,
            params={"reason": REASON},
            response_timeout=timedelta(minutes=55),
        )

        @task(outlets=[RECEIVED], doc_md="Record the decision and wake the feed; the first word on a file stands.")
        def record(receipt_id, answer, *, outlet_events):
            from childledger import pipeline

            verdict = WORDS.get(answer["chosen_options"][0])
            if verdict and pipeline.decide(dagkit.settings(), receipt_id, verdict, **dagkit.answer(answer)):
                outlet_events[RECEIVED].add(dagkit.received(pipeline.feed_of(dagkit.settings(), receipt_id)))

        describe(receipt_id) >> ask
        record(receipt_id, ask.output)

    held_file.expand(receipt_id=list_held())


decide_held_files()
