from django.urls import path

from tongban.analytics.pages import public

app_name = "analytics"
urlpatterns = [
    path("indicators", public.indicators, name="indicators"),
    path("indicators/<slug:code>.csv", public.download, name="csv"),
    path("indicators/<slug:code>", public.indicator, name="indicator"),
]
