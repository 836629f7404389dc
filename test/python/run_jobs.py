"""Runs scripts one after the other, each in a process of its own that begins with the libraries imported, which takes a second
for some: {"imports": [...], "jobs": [{"path" or "code", "input"}]} on standard input. Prints what became of each: [{"out",
"error", "signal"}], of an error its last line.
"""
import importlib
import io
import json
import os
import runpy
import sys
import tempfile
import traceback


def work(job):
    """Runs a job to its end; its error's last line, None where it has none."""
    sys.stdin = io.StringIO(json.dumps(job.get("input")))
    try:
        if "path" in job:
            runpy.run_path(job["path"], run_name="__main__")
        else:
            exec(compile(job["code"], "job", "exec"), {"__name__": "__main__"})
    except BaseException as error:
        return traceback.format_exception_only(type(error), error)[-1].strip()


def run(job):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as failed:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            error = work(job)
            if error is not None:
                failed.write(error.encode())
                failed.flush()
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        failed.seek(0)
        return {
            "out": out.read().decode(),
            "error": failed.read().decode() or None,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        }


order = json.load(sys.stdin)
for name in order["imports"]:
    importlib.import_module(name)
print(json.dumps([run(job) for job in order["jobs"]]))
