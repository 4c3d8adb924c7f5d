from django.urls import path

from tongban.site.pages import demo, health, operations, robots

app_name = "site"
urlpatterns = [
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("metrics", health.metrics, name="metrics"),
    path("robots.txt", robots.robots, name="robots"),
    path("demo/phone", demo.phone, name="demo_phone"),
    path("desk/operations", operations.reactions, name="operations"),
    path("desk/operations/<int:job>/retry", operations.retry, name="retry"),
]
