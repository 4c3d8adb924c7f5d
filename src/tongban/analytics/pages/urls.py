from django.urls import path

from tongban.analytics.pages import flow, no_phone, public

app_name = "analytics"
urlpatterns = [
    path("desk/flow", flow.overview, name="flow"),
    path("desk/flow/cases", flow.rows, name="flow_rows"),
    path("no-phone", no_phone.overview, name="no_phone"),
    path("indicators", public.indicators, name="indicators"),
    path("indicators/<slug:code>.csv", public.download, name="csv"),
    path("indicators/<slug:code>", public.indicator, name="indicator"),
]
