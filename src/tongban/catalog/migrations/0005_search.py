"""Search entries carry what lists are filtered and ordered by; `tongban reindex` fills the new columns."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


ITEMS = """
UPDATE catalog_searchentry s SET item_id = e.item_id FROM catalog_edition e WHERE e.id = s.edition_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='Missed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=20)),
                ('on', models.DateField()),
                ('times', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Opened',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('times', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('word', models.CharField(max_length=24)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='searchentry',
            name='search_vector',
        ),
        migrations.RemoveField(
            model_name='searchentry',
            name='rank',
        ),
        migrations.AddField(
            model_name='searchentry',
            name='item',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.item'),
        ),
        migrations.RunSQL(ITEMS, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='searchentry',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.item'),
        ),
        migrations.AddField(
            model_name='searchentry',
            name='made_by',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='searchentry',
            name='place',
            field=models.PositiveIntegerField(default=1000),
        ),
        migrations.AddField(
            model_name='searchentry',
            name='region_path',
            field=models.CharField(default='', max_length=60),
        ),
        migrations.AddField(
            model_name='searchentry',
            name='tags',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None),
        ),
        migrations.AddField(
            model_name='searchentry',
            name='whole',
            field=django.contrib.postgres.search.SearchVectorField(null=True),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['vector', 'tags'], name='search_vector'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['whole'], name='search_whole'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['tags'], name='search_tags'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=models.Index(fields=['place', 'edition'], name='search_place'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=models.Index(fields=['name'], name='search_name', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='missed',
            index=models.Index(fields=['words'], name='missed_words'),
        ),
        migrations.AddConstraint(
            model_name='missed',
            constraint=models.UniqueConstraint(fields=('on', 'words'), name='missed_once_a_day'),
        ),
        migrations.AddField(
            model_name='opened',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.item'),
        ),
        migrations.AddConstraint(
            model_name='searchword',
            constraint=models.UniqueConstraint(fields=('key', 'word'), name='search_word_once'),
        ),
        migrations.AddConstraint(
            model_name='opened',
            constraint=models.UniqueConstraint(fields=('on', 'item'), name='opened_once_a_day'),
        ),
    ]
