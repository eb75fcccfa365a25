"""Real Apache Kafka as one process: broker and controller in KRaft mode, SCRAM and the authorizer on."""

from __future__ import annotations

import asyncio
import base64
import shutil
import subprocess
import uuid
from pathlib import Path

from deploy.local.jars import kafka_libraries
from deploy.local.java import java
from deploy.local.parts import Part
from deploy.local.ports import require_free
from deploy.local.problems import CannotStart
from deploy.local.processes import Command, base_environment

ADMINISTRATOR = "admin"
_HEAP = (
    "-Xms64m",
    "-Xmx320m",
    "-XX:+UseSerialGC",
    "-XX:ReservedCodeCacheSize=64m",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Xss512k",
)

_SETTINGS = """\
process.roles=broker,controller
node.id=1
listeners=CLIENT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=CLIENT://127.0.0.1:{port}
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:SASL_PLAINTEXT,CLIENT:SASL_PLAINTEXT
controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}
log.dirs={data}
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
sasl.mechanism.controller.protocol=PLAIN
listener.name.client.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="{password}";
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="{password}" \
user_admin="{password}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin
allow.everyone.if.no.acl.found=false
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=16777216
log.cleaner.io.buffer.size=65536
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=300
num.network.threads=2
num.io.threads=4
background.threads=2
"""

_LOG_SETTINGS = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


class Kafka(Part):
    """One node on 127.0.0.1. `folder` holds its data and settings; `password` is that of `admin`.

    Ready when a request of an authenticated client is answered, not when the port is open.
    """

    stop_timeout_s = 20.0

    def __init__(self, folder: Path, port: int, controller_port: int, password: str, log: Path) -> None:
        super().__init__("kafka", log)
        self.folder = folder
        self.port = port
        self._controller_port = controller_port
        self._password = password
        self._libraries = Path()
        self._java = Path()

    @property
    def bootstrap_servers(self) -> str:
        """`host:port`, as Kafka clients want it."""
        return f"127.0.0.1:{self.port}"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    async def prepare(self) -> None:
        """Fetches what is missing, writes the settings, formats the data folder when it is new."""
        require_free(self.port, self.name)
        require_free(self._controller_port, self.name)
        self._java = java()
        self._libraries = await asyncio.to_thread(kafka_libraries)
        await asyncio.to_thread(self._write_settings)
        if not (self._data / "meta.properties").exists():
            await asyncio.to_thread(self._format)

    def command(self) -> Command:
        """The broker's command line."""
        return Command(self._arguments(*_HEAP, main="kafka.Kafka"), base_environment(), self.folder, self.log)

    async def is_ready(self) -> bool:
        """Whether the broker names itself to an administrator who logs in."""
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return await asyncio.to_thread(self._answers)

    def wipe(self) -> None:
        """Deletes all it keeps, as a lost disk would; only while stopped. The next start formats anew."""
        if self.running:
            raise RuntimeError("kafka runs: stop it before its data are wiped")
        shutil.rmtree(self._data, ignore_errors=True)

    def client_settings(self) -> dict[str, str]:
        """The administrator's settings as librdkafka names them."""
        return {
            "bootstrap.servers": self.bootstrap_servers,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": ADMINISTRATOR,
            "sasl.password": self._password,
        }

    def _answers(self) -> bool:
        from confluent_kafka import KafkaException  # here: a supervisor in containers never needs it
        from confluent_kafka.admin import AdminClient

        try:
            # librdkafka would print each refused connection while the broker comes up.
            quiet: dict[str, str | int | float | bool] = {**self.client_settings(), "log_level": "0"}
            metadata = AdminClient(quiet).list_topics(timeout=3)
        except KafkaException:
            return False
        return bool(metadata.brokers)

    def _write_settings(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        text = _SETTINGS.format(
            port=self.port, controller_port=self._controller_port, data=self._data, password=self._password
        )
        settings = self.folder / "server.properties"
        settings.touch(mode=0o600)
        settings.write_text(text)
        (self.folder / "log4j2.properties").write_text(_LOG_SETTINGS)

    def _format(self) -> None:
        # A half-formatted folder of an interrupted start has no meta.properties: nothing in it counts.
        shutil.rmtree(self._data, ignore_errors=True)
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        scram = f"SCRAM-SHA-512=[name={ADMINISTRATOR},password={self._password}]"
        # With an equals sign: one id in 64 begins with a dash and would be taken for an option.
        before = ("format", "--standalone", f"--cluster-id={cluster}", "--add-scram", scram, "-c")
        arguments = self._arguments(
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            main="kafka.tools.StorageTool",
            before=before,
        )
        done = self._run_unseen(arguments)
        if done.returncode != 0:
            told = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise CannotStart(
                "format_failed",
                self.name,
                f"its data folder could not be formatted: {told}",
                f"see that {self.folder} can be written and the disk has room",
            )

    def _run_unseen(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        """Runs Java with its arguments in a file, because everybody may read a process's command line."""
        file = self.folder / "format.arguments"
        file.touch(mode=0o600)
        try:
            file.write_text("\n".join('"' + each.replace("\\", "\\\\") + '"' for each in arguments[1:]))
            return subprocess.run(
                [arguments[0], f"@{file}"],
                env=base_environment(),
                cwd=self.folder,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            file.unlink()

    def _arguments(self, *options: str, main: str, before: tuple[str, ...] = ()) -> tuple[str, ...]:
        log_settings = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        return (
            str(self._java),
            *options,
            log_settings,
            "-cp",
            f"{self._libraries}/*",
            main,
            *before,
            str(self.folder / "server.properties"),
        )
