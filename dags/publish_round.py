"""### Publish rounds
Opens every county's half-year that has begun, by the business date and not by this schedule: a run that comes days
late opens the same rounds on the same days. Each one that waits for nothing but a signature is put to a person as a
required action of its own, with its account in counts. Nobody answering means that it is asked again the next day; a
signature given elsewhere (`childledger close-round`) stands. A skipped `sign` says why nothing was signed. See
docs/operating.md.
"""

from datetime import timedelta

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, dag, task, task_group
from airflow.sdk.exceptions import AirflowSkipException
from airflow.timetables.trigger import CronTriggerTimetable

from childledger import dagkit

DAILY = "30 9 * * *"
SIGN, LATER = "签结 sign", "以后再定 later"
REASON = Param("", type="string", title="意见 remark", description="不得填写个人信息 / no personal data")
DESCRIBED = "{{{{ ti.xcom_pull(task_ids='round_of_county.describe', map_indexes=ti.map_index)['{}'] }}}}"


@dag(schedule=CronTriggerTimetable(DAILY, timezone="Asia/Shanghai"), doc_md=__doc__, tags=["rounds"], **dagkit.DEFAULTS)
def publish_round():
    @task(doc_md="Open the rounds that have begun; return those that wait for nothing but a signature.")
    def list_ready():
        from childledger import signoff

        signoff.keep(dagkit.settings())
        return signoff.list_ready(dagkit.settings())

    @task_group
    def round_of_county(place):
        @task(doc_md="Subject and account for the person who signs; counts only.")
        def describe(place):
            from childledger import signoff

            return signoff.describe(dagkit.settings(), **place)

        ask = HITLOperator(
            task_id="ask",
            doc_md="Wait for a person; after a day it is asked again by the next run.",
            subject=DESCRIBED.format("subject"),
            body=DESCRIBED.format("body"),
            options=[SIGN, LATER],
            defaults=LATER,
            params={"reason": REASON},
            response_timeout=timedelta(hours=23),
        )

        @task(doc_md="Sign the figures as they are now; skipped, with the reason, where nothing was signed.")
        def sign(place, answer):
            from childledger import signoff
            from childledger.errors import LedgerError

            if answer["chosen_options"][0] != SIGN:
                raise AirflowSkipException("later")
            try:
                return signoff.close(dagkit.settings(), **place, **dagkit.answer(answer))
            except LedgerError as refused:
                raise AirflowSkipException(str(refused)) from None

        describe(place) >> ask
        sign(place, ask.output)

    round_of_county.expand(place=list_ready())


publish_round()
