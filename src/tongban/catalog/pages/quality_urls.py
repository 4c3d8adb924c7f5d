from django.urls import path

from tongban.catalog.pages import desk_quality

urlpatterns = [
    path("desk/catalog/quality", desk_quality.overview, name="quality"),
    path("desk/catalog/quality/findings", desk_quality.findings, name="quality_findings"),
    path("desk/catalog/quality/findings.csv", desk_quality.download, name="quality_csv"),
    path("desk/catalog/quality/rules", desk_quality.rules, name="quality_rules"),
    path("desk/catalog/quality/judgement", desk_quality.judge, name="quality_judge"),
    path("desk/catalog/quality/editions/<int:edition>", desk_quality.edition, name="quality_edition"),
]
