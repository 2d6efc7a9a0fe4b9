"""Airflow plugin: the report site behind Airflow's own sign-in, and a link to it in the navigation.

One file on purpose: Airflow executes every .py under plugins/ at start under its bare name.
"""

from airflow.api_fastapi.core_api.security import get_user
from airflow.plugins_manager import AirflowPlugin

from childledger.settings import Settings
from childledger.web import application

PREFIX = "/childledger/reports"


class ChildledgerPlugin(AirflowPlugin):
    """Validation reports for auditors."""

    name = "childledger"
    fastapi_apps = [  # noqa: RUF012  Airflow reads the class attribute
        {"app": application(Settings.load().reports, get_user), "url_prefix": PREFIX, "name": "childledger reports"}
    ]
    external_views = [  # noqa: RUF012
        {
            "name": "校验报告 Validation reports",
            "href": f"{PREFIX}/index.html",
            "destination": "nav",
            "url_route": "validation-reports",
            "nav_top_level": True,
        }
    ]
