"""class_words: what callers call the things that the catalogue calls otherwise."""

from pydantic import Field

from backend.admin.fields import ClassCode, Name, Row
from backend.admin.kind import Kind, missing, upsert


class ClassWordRow(Row):
    class_code: ClassCode
    word: Name
    weight: float = Field(gt=0, le=10, allow_inf_nan=False)


KIND = Kind(
    name="class_words",
    row=ClassWordRow,
    key=("class_code", "word"),
    columns={"class_code": "text", "word": "text", "weight": "float8"},
    checks=(missing("class_code", "category_class", "class"),),
    load=(upsert("class_word", {"class_code": "r.class_code", "word": "r.word"}, {"weight": "r.weight"}),),
)
