from django.urls import path

from tongban.reporting.pages import desk, handover, ledger, returned

app_name = "reporting"
urlpatterns = [
    path("desk/reporting", desk.reports, name="desk"),
    path("desk/reporting/<slug:target>/refused", desk.refused, name="refused"),
    path("desk/reporting/<slug:target>/refused.csv", desk.refused_csv, name="csv"),
    path("desk/reporting/<slug:target>/retry", desk.retry, name="retry"),
    path("desk/returned", returned.unclaimed, name="unclaimed"),
    path("desk/returned/<uuid:case>/item", returned.claim, name="claim"),
    path("desk/double-entry", ledger.ledger, name="double_entry"),
    path("desk/double-entry/items", ledger.typed_twice, name="typed_twice"),
    path("returned/<uuid:case>", returned.returned, name="returned"),
    path("items/<slug:code>/handover", handover.handover, name="handover"),
]
