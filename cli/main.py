"""The `policykb` command: finds the command asked for, runs it, turns errors into one Chinese line and an exit code."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any, ClassVar

import click

from cli.render import note, plain, say
from kb.errors import PolicyError

INTERRUPTED = 130  # exit code
# name → (module, what it does); a module is imported only when its command is called.
COMMANDS = {
    "build": ("cli.building", "由文件和文件夹新建知识库（全部就绪后才替换旧的）"),
    "add": ("cli.building", "往知识库里加入或更新一些文件"),
    "remove": ("cli.building", "从知识库里拿掉一些文件或文件中的文档"),
    "docs": ("cli.reading", "列出文档"),
    "show": ("cli.reading", "完整显示一份文档、一条条款或一项任务"),
    "search": ("cli.searching", "检索条款"),
    "ask": ("cli.searching", "提问，得到带出处的回答，或“知识库中没有”"),
    "tasks": ("cli.duties", "列出一个单位的全部任务"),
    "units": ("cli.duties", "单位及其别名、前身、上下级对口单位"),
    "trace": ("cli.tracing", "逐级追溯一项任务或一条条款的来源（--down 反向）"),
    "compare": ("cli.tracing", "逐条比较两份文档"),
    "gaps": ("cli.tracing", "上级文件中未被落实的条款，和下级文件中没有来源的任务"),
    "graph": ("cli.tracing", "导出关系图"),
    "targets": ("cli.figures", "量化指标和时限"),
    "indicators": ("cli.figures", "指标表"),
    "export": ("cli.keeping", "导出全部数据表"),
    "check": ("cli.keeping", "解析存疑之处，以及知识库是否完好"),
    "backup": ("cli.keeping", "把知识库备份成一个文件"),
    "restore": ("cli.keeping", "从备份文件恢复知识库"),
}


class ChineseFormatter(click.HelpFormatter):
    """Help with Chinese headings."""

    HEADINGS: ClassVar[dict[str, str]] = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, "用法：")

    def write_heading(self, heading: str) -> None:
        self.write(f"{self.HEADINGS.get(heading, heading)}：\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _bounds(text)) for name, text in rows], col_max, col_spacing)


class ChineseContext(click.Context):
    formatter_class = ChineseFormatter


class ChineseCommand(click.Command):
    """A command whose help is Chinese throughout."""

    context_class = ChineseContext

    def __init__(self, *args: Any, **settings: Any) -> None:
        settings.setdefault("options_metavar", "[选项]")
        super().__init__(*args, **settings)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这份说明"
        return option


class LazyGroup(ChineseCommand, click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = import_module(COMMANDS[name][0])
        command: click.Command = getattr(module, f"{name}_command", None) or getattr(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help) for name, (_, help) in COMMANDS.items()])


def _version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    """Says which version this is and ends."""
    if asked and not context.resilient_parsing:
        from importlib.metadata import version

        say(f"policykb {version('policykb')}")
        context.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar="命令 [参数]…",
    options_metavar="[选项]",
    help="policykb：政策文件知识库。先用 build 建库，再用 search、tasks、trace、ask 查询；每条结果都附原文出处。",
    epilog="例：policykb build 文件夹；policykb ask 控辍保学由哪个单位牵头。每个命令加 -h 看用法。",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="显示版本")
def policykb() -> None:
    """The root of all commands."""


def main(args: list[str] | None = None) -> None:
    """Entry point of the console script: runs and exits with INTERFACE's codes."""
    code = run(args)
    if code == INTERRUPTED:
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C while Python ends would print a traceback
    else:
        _end(code)
    sys.exit(code)


def _end(code: int) -> None:
    """Ends the process at once, after all that is registered to happen at its end; not where another thread runs, which Python waits for.

    Python takes every value apart before it ends, a fifth of the time of a short command.
    """
    import atexit
    import os
    import threading

    if threading.active_count() > 1:
        return
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass  # the reader of our output is gone
    except OSError:
        code = _unwritten()
    os._exit(code)


def _unwritten() -> int:
    """What was to be printed cannot be written."""
    note("错误：结果没有写完，输出的地方写不进去（磁盘可能已满）；请换一处再运行")
    return 3


def run(args: list[str] | None = None) -> int:
    """Runs a command line and returns its exit code; prints errors as one Chinese line each."""
    try:
        result = policykb.main(args, prog_name="policykb", standalone_mode=False)
    except PolicyError as error:
        note(f"错误：{_one_line(str(error))}")
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.ctx.get_help() if error.ctx else "")
        return 2
    except click.ClickException as error:
        note(f"错误：{_one_line(translate(error))}")
        return 2
    except (KeyboardInterrupt, click.Abort):
        note("已中断；原有的知识库没有改动")
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click ends the process itself where the reader of our output is gone, and for nothing else
        return _closed_pipe()
    except Exception as error:
        return _own_fault(error)
    return result if isinstance(result, int) else 0


def _own_fault(error: Exception) -> int:
    """A fault of the program itself: one line for the user; POLICYKB_DEBUG=1 shows where it is."""
    import errno
    import os
    import traceback

    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EIO) and error.filename is None:
        return _unwritten()
    if os.environ.get("POLICYKB_DEBUG"):
        traceback.print_exc()
    if isinstance(error, PermissionError) and error.filename is not None:
        note(f"错误：{_one_line(str(error.filename))}：没有权限；请检查权限，或换一个位置")
        return 2
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.filename.replace(chr(92), '/').rpartition('/')[2]}:{last.lineno}"
    note(f"错误：程序内部出错（{place} {type(error).__name__}）；请运行 policykb check 核对知识库，并把这一行报告给维护者")
    return 3


def _closed_pipe() -> int:
    """The reader of our output is gone (`| head`): nothing more to say, and that is no error."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _one_line(text: str) -> str:
    return " ".join(plain(text).split("\n"))


def translate(error: click.ClickException) -> str:
    """click's complaints in Chinese, with the next step."""
    context: Any = getattr(error, "ctx", None)
    where = context.command_path if context else "policykb"
    help_line = f"；用法见 {where} -h"
    if isinstance(error, click.NoSuchOption) and isinstance(getattr(context, "command", None), LazyGroup) and _takes(error.option_name):
        return f"{error.option_name} 要写在命令后面，如 policykb docs {error.option_name}{' 文件夹' if error.option_name == '--kb' else ''}{help_line}"
    if isinstance(error, click.NoSuchOption):
        near = f"，是不是 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}{help_line}"
    if isinstance(error, click.MissingParameter):
        name = _name(error.param)
        return f"缺少{'选项' if name.startswith('-') else '参数'} {name}{help_line}"
    if isinstance(error, click.BadParameter) and error.message.endswith(" is not readable."):
        return f"{error.message.partition(' ')[2].removesuffix(' is not readable.')[1:-1]}：没有权限读取；请检查权限，或换一个位置"
    if isinstance(error, click.BadParameter):
        name = _name(error.param)
        kind: Any = getattr(error.param, "type", None)
        choices = kind.told() if hasattr(kind, "told") else getattr(kind, "choices", None)
        hint = f"，只能是 {'、'.join(choices)}" if choices else _hint(error.message)
        return f"{'选项' if name.startswith('-') else '参数'} {name} 的值不对{hint}{help_line}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 后面缺少值或写法不对{help_line}"
    if isinstance(error, click.UsageError) and "No such command" in error.message:
        return f"没有这个命令：{error.message.split(chr(39))[1] if chr(39) in error.message else ''}；全部命令见 policykb -h"
    if isinstance(error, click.UsageError) and "unexpected extra argument" in error.message:
        extra = error.message.partition("(")[2].rstrip(")")
        return f"多出了参数 {extra}；含空格的内容请加引号{help_line}"
    return f"{error.format_message()}{help_line}"


def _takes(option: str) -> bool:
    """Whether listing the documents, and so most commands, takes an option."""
    from cli.reading import docs

    return any(option in param.opts for param in docs.params)


def _bounds(text: str) -> str:
    """click's notes on what an option needs, in Chinese."""
    text = re.sub(r"  \[(\d+)<=x<=(\d+)\]$", r"，\1—\2", text)
    return re.sub(r"  \[x>=\d+\]$", "", text).replace("  [required]", "（必填）")


def _name(param: click.Parameter | None) -> str:
    """A parameter as the user writes it: --limit, or the name that the usage line gives an argument."""
    if isinstance(param, click.Option):
        return f"{max(param.opts, key=len)} {param.metavar or ''}".strip()
    return param.human_readable_name if param else ""


def _hint(message: str) -> str:
    """click's reason for a bad value in Chinese, as far as it is one of the usual ones."""
    if "integer" in message:
        return "，应为整数"
    if "range" in message:
        return f"，应在 {message.split('range')[-1].strip(' .').replace('<=x<=', '—')} 之间"
    return f"（{message}）"
