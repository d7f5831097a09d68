"""Make the sample photos: drawn scenes stored as a phone would store them.

`python -m demo.draw.photos` reads demo/photos/photos.csv and writes the files named there beside it.
"""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import IFDRational

from demo.draw.scenes import picture

FOLDER = Path(__file__).parent.parent / "photos"
WIDTH = 1200

# How to store an upright picture so that a viewer who obeys the EXIF orientation sees it upright.
_STORED = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


@dataclass(frozen=True)
class Sample:
    """One row of photos.csv. lon, lat: WGS-84 degrees; taken_at: local, with an offset if the phone writes one."""

    file: str
    class_code: str
    icon: str
    seed: int
    lon: float
    lat: float
    taken_at: datetime
    orientation: int


def samples(table: Path = FOLDER / "photos.csv") -> list[Sample]:
    """Read the table of sample photos.

    Raises ValueError with the line for a value that is not what its column says, or an orientation other than
    1, 3, 6, 8.
    """
    found = []
    with table.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            try:
                sample = Sample(
                    file=row["file"],
                    class_code=row["class"],
                    icon=row["icon"],
                    seed=int(row["seed"]),
                    lon=float(row["lon"]),
                    lat=float(row["lat"]),
                    taken_at=datetime.fromisoformat(row["taken_at"]),
                    orientation=int(row["orientation"]),
                )
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{table.name} line {line}: {error}") from error
            if sample.orientation not in _STORED:
                raise ValueError(f"{table.name} line {line}: orientation {sample.orientation} is not 1, 3, 6 or 8")
            found.append(sample)
    return found


def make(sample: Sample) -> bytes:
    """Return the JPEG of a sample: 1200 × 900 pixels when upright, with EXIF time, position and orientation."""
    image = picture(sample.class_code, sample.icon, sample.seed, after=False, width=WIDTH)
    turn = _STORED[sample.orientation]
    if turn is not None:
        image = image.transpose(turn)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, optimize=True, exif=_exif(sample))
    return out.getvalue()


def _exif(sample: Sample) -> Image.Exif:
    exif = Image.Exif()
    exif[Base.ImageDescription] = "Drawn sample, not a real place"
    exif[Base.Orientation] = sample.orientation
    at = sample.taken_at
    detail = exif.get_ifd(IFD.Exif)
    detail[Base.DateTimeOriginal] = at.strftime("%Y:%m:%d %H:%M:%S")
    if at.tzinfo is not None:
        detail[Base.OffsetTimeOriginal] = at.isoformat()[-6:]
    gps = exif.get_ifd(IFD.GPSInfo)
    gps[GPS.GPSVersionID] = b"\x02\x03\x00\x00"
    gps[GPS.GPSLatitudeRef], gps[GPS.GPSLatitude] = "S" if sample.lat < 0 else "N", _dms(sample.lat)
    gps[GPS.GPSLongitudeRef], gps[GPS.GPSLongitude] = "W" if sample.lon < 0 else "E", _dms(sample.lon)
    gps[GPS.GPSMapDatum] = "WGS-84"
    return exif


def _dms(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes, seconds to a ten-thousandth of a second (3 mm)."""
    units = round(abs(Fraction(str(degrees))) * 3600 * 10_000)
    minutes, seconds = divmod(units, 60 * 10_000)
    return IFDRational(minutes // 60), IFDRational(minutes % 60), IFDRational(seconds, 10_000)


def main() -> None:
    """Write every sample photo beside its table."""
    for sample in samples():
        data = make(sample)
        (FOLDER / sample.file).write_bytes(data)
        print(f"{sample.file}: {len(data) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
