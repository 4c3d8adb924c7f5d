from django.urls import path

from tongban.counter.pages import back_entry, case, intake, start, supply

app_name = "counter"
urlpatterns = [
    path("counter", start.start, name="start"),
    path("counter/cases", start.find_case, name="find_case"),
    path("counter/<uuid:draft>", intake.intake, name="intake"),
    path("counter/<uuid:draft>/discard", start.discard, name="discard"),
    path("counter/entries", back_entry.entries, name="entries"),
    path("counter/<uuid:draft>/back-entry", back_entry.enter, name="back_enter"),
    path("counter/<str:number>/entry", back_entry.entry, name="entry"),
    path("counter/<str:number>/entry/confirmation", back_entry.confirm, name="confirm_entry"),
    path("counter/<str:number>/entry/voiding", back_entry.void, name="void_entry"),
    path("counter/<str:number>/received", case.received, name="received"),
    path("counter/<str:number>/acceptance", case.accept, name="accept"),
    path("counter/<str:number>/supplement", case.supplement, name="supplement"),
    path("counter/<str:number>/supply", supply.supply, name="supply"),
    path("counter/<str:number>/delivery", case.delivery, name="delivery"),
]
