"""### Watch duties
Three clocks, all read from the database and never from the scheduler, so that days without it change nothing.

The register: which county owes which file, and one alarm for each that nothing came for by its due day. A late file is
a row, a note in the sender's zone and a count, never a red task.

The six-month clock of the plan (至少每半年更新一次): it warns of children near the end of their evidence, and fails, so
that somebody is told, when a county let it run out.

And what follows a flag: events no receiver took, dead letters and returned items nobody was given fail their task, so
that none of them is dropped in silence. See docs/operating.md.
"""

from airflow.sdk import dag, task
from airflow.timetables.trigger import CronTriggerTimetable

from childledger import dagkit

DAILY = "0 8 * * *"


@dag(schedule=CronTriggerTimetable(DAILY, timezone="Asia/Shanghai"), doc_md=__doc__, tags=["duties"], **dagkit.DEFAULTS)
def watch_duties():
    @task(doc_md="Files owed, late and never arrived: duties, alarms, reminders and pages; returns counts.")
    def keep_register():
        from childledger import pipeline

        return pipeline.keep_register(dagkit.settings())

    @task(doc_md="Counties with old evidence; a missed duty fails the run.")
    def watch():
        from childledger import pipeline

        return pipeline.watch_duties(dagkit.settings())

    @task(doc_md="Undelivered events, dead letters, items returned and given to nobody; any of them fails the run.")
    def watch_followup():
        from childledger import pipeline

        pipeline.watch_followup(dagkit.settings())

    keep_register()
    watch()
    watch_followup()


watch_duties()
