"""Opens zip archives that nobody vouches for: what comes out is counted while it inflates, so that no header can lie.

Only parts that are asked for by name are ever inflated, and only into memory: names with `../` in them lead nowhere.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from kb.errors import UnreadableFile
from kb.tables import settings

CHUNK = 65536
CENTRAL_ENTRY = b"PK\x01\x02"


class Archive:
    """The parts of a zip archive. Raises UnreadableFile for an archive that is damaged, encrypted or a bomb."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        self._limits = settings("limits")["zip"]
        self._inflated = 0
        # Counted before zipfile reads the directory: it would make an object of each of millions of entries.
        if data.count(CENTRAL_ENTRY) > 2 * self._limits["max_entries"]:
            raise self._refuse(f"压缩包内条目多于 {self._limits['max_entries']} 个，疑为压缩炸弹")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            names = self._zip.namelist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError) as error:
            raise self._refuse("文件已损坏（压缩结构不完整），请重新取得，或用 Word、WPS 打开后另存为 docx") from error
        if len(names) > self._limits["max_entries"]:
            raise self._refuse(f"压缩包内条目多于 {self._limits['max_entries']} 个，疑为压缩炸弹")
        self.names = frozenset(names)

    def _refuse(self, reason: str) -> UnreadableFile:
        return UnreadableFile(reason, self.file)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of the part `name`, piece by piece; stops with UnreadableFile where the limits are passed."""
        info = self._zip.getinfo(name)
        if info.flag_bits & 1:
            raise self._refuse("文件已加密，请去掉密码后再加入")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self._refuse("文件用了不认识的压缩方式")
        size = 0
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    self._inflated += len(chunk)
                    if self._inflated > self._limits["max_inflated"]:
                        raise self._refuse(f"解压后大于 {self._limits['max_inflated'] // 1048576} MB，疑为压缩炸弹")
                    if size > 1048576 and size > self._limits["max_ratio"] * max(info.compress_size, 1):
                        raise self._refuse(f"压缩比高于 {self._limits['max_ratio']} 倍，疑为压缩炸弹")
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
            raise self._refuse("文件已损坏（内容解压出错），请重新取得，或用 Word、WPS 打开后另存为 docx") from error

    def read(self, name: str) -> bytes:
        """The whole part `name`."""
        return b"".join(self.chunks(name))
