from django.urls import path

from tongban.counter.pages import case, intake, start

app_name = "counter"
urlpatterns = [
    path("counter", start.start, name="start"),
    path("counter/cases", start.find_case, name="find_case"),
    path("counter/<uuid:draft>", intake.intake, name="intake"),
    path("counter/<uuid:draft>/discard", start.discard, name="discard"),
    path("counter/<str:number>/received", case.received, name="received"),
    path("counter/<str:number>/acceptance", case.accept, name="accept"),
    path("counter/<str:number>/supplement", case.supplement, name="supplement"),
    path("counter/<str:number>/delivery", case.delivery, name="delivery"),
]
