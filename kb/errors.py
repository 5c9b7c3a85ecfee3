"""The errors that reach a user: one base class, few kinds.

Each carries the Chinese message, the place it is about (file, line, id …) and the next step, and knows its exit
code (INTERFACE: 1 nothing found, 2 wrong call, 3 knowledge base missing or damaged). `str(error)` is the one line
that the command line prints.
"""

from __future__ import annotations

import errno


class PolicyError(Exception):
    """Base of all errors that policykb raises on purpose."""

    exit_code = 2

    def __init__(self, message: str, place: str = "", next_step: str = "") -> None:
        super().__init__(message)
        self.message, self.place, self.next_step = message, place, next_step

    def __str__(self) -> str:
        head = f"{self.place}：" if self.place else ""
        tail = f"；{self.next_step}" if self.next_step else ""
        return f"{head}{self.message}{tail}"


class UsageError(PolicyError):
    """The call is wrong: unknown id, bad option value, unreadable path."""


class DataError(PolicyError):
    """A knowledge table (ours or the user's) breaks a rule; `place` is file:line."""


class UnreadableFile(PolicyError):
    """A source file that cannot be read; becomes a problem of the build and stops nothing."""


class NotFound(PolicyError):
    """The question was understood and nothing answers it."""

    exit_code = 1


class KnowledgeBaseError(PolicyError):
    """The knowledge base is missing, damaged, locked or of another version."""

    exit_code = 3


def reason(error: OSError) -> str:
    """Why the system refused, in Chinese."""
    known = {
        errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.ENOSPC: "磁盘已满", errno.EROFS: "只读", errno.ENOENT: "不存在",
        errno.EDQUOT: "磁盘配额已满", errno.ENAMETOOLONG: "名称太长", errno.ENOTDIR: "不是文件夹", errno.EISDIR: "是文件夹",
        errno.EEXIST: "已有同名文件", errno.ENODEV: "不是普通文件", errno.ELOOP: "符号链接循环", errno.EIO: "磁盘读写出错",
        errno.EMFILE: "打开的文件太多", errno.EBUSY: "正被占用", errno.EINVAL: "不支持这样的名称或位置",
    }  # fmt: skip
    return known.get(error.errno or 0, error.strerror or "系统错误")
