from django.urls import path

from tongban.applications.pages import apply, check, citizen, desk, documents, materials, replay

app_name = "applications"
urlpatterns = [
    path("items/<str:code>/application", apply.begin, name="begin"),
    path("apply/<uuid:draft>", apply.go_on, name="go_on"),
    path("apply/<uuid:draft>/situation", apply.situation, name="situation"),
    path("apply/<uuid:draft>/form/<int:page>", apply.form, name="form"),
    path("apply/<uuid:draft>/materials", materials.materials, name="materials"),
    path("apply/<uuid:draft>/materials/<str:key>", materials.material_file, name="draft_file"),
    path("apply/<uuid:draft>/form.pdf", check.paper, name="draft_form"),
    path("apply/<uuid:draft>/check", check.check, name="check"),
    path("apply/<uuid:draft>/discard", check.discard, name="discard"),
    path("progress", citizen.progress, name="progress"),
    path("my/applications", citizen.mine, name="mine"),
    path("my/applications/<str:number>", citizen.case, name="case"),
    path("my/applications/<str:number>/submitted", citizen.submitted, name="submitted"),
    path("my/applications/<str:number>/supplement", citizen.supplement, name="supplement"),
    path("my/applications/<str:number>/withdrawal", citizen.withdraw, name="withdraw"),
    path("my/applications/<str:number>/delivery", citizen.deliver, name="deliver"),
    path("my/applications/<str:number>/clock", citizen.clock_sheet, name="clock_sheet"),
    path("my/applications/<str:number>/clock.pdf", documents.clock_pdf, name="clock_pdf"),
    path("my/applications/<str:number>/materials/<str:key>", documents.material, name="material"),
    path("my/applications/<str:number>/documents/<str:kind>.pdf", documents.notice, name="notice"),
    path("desk", desk.tasks, name="desk"),
    path("desk/catalog/replay/<int:edition>", replay.run, name="replay"),
    path("desk/cases/<str:number>", desk.case, name="desk_case"),
    path("desk/cases/<str:number>/acceptance", desk.accept, name="accept"),
    path("desk/cases/<str:number>/correction", desk.correct, name="correct"),
    path("desk/cases/<str:number>/rejection", desk.reject, name="reject"),
    path("desk/cases/<str:number>/review", desk.review, name="review"),
    path("desk/cases/<str:number>/decision", desk.decide, name="decide"),
    path("desk/cases/<str:number>/suspension", desk.suspend, name="suspend"),
    path("desk/cases/<str:number>/resumption", desk.resume, name="resume"),
    path("desk/cases/<str:number>/delivery", desk.deliver, name="desk_deliver"),
]
