#!/usr/bin/env bash
# Starts the broker of docker-compose.yml. Its settings are the KAFKA_* variables (KAFKA_LOG_DIRS is `log.dirs`);
# the administrator's password is a file and is put into a settings file that only the broker's memory holds.
# The first start formats the data folder with that administrator in it, who then makes all other users.
set -euo pipefail

programs=${KAFKA_PROGRAMS:-/opt/kafka/bin}
settings=${KAFKA_SETTINGS_FILE:-/tmp/server.properties}
password=$(<"${ADMIN_PASSWORD_FILE:-/run/secrets/kafka_admin_password}")
scram=org.apache.kafka.common.security.scram.ScramLoginModule
plain=org.apache.kafka.common.security.plain.PlainLoginModule

umask 077
: >"$settings"
for name in $(compgen -e KAFKA_); do
    case $name in
        *_OPTS | KAFKA_PROGRAMS | KAFKA_SETTINGS_FILE) continue ;;
    esac
    property=${name#KAFKA_}
    property=${property,,}
    printf '%s=%s\n' "${property//_/.}" "${!name}" >>"$settings"
done
for listener in client host; do
    printf 'listener.name.%s.scram-sha-512.sasl.jaas.config=%s required username="admin" password="%s";\n' \
        "$listener" "$scram" "$password" >>"$settings"
done
printf 'listener.name.controller.plain.sasl.jaas.config=%s required username="admin" password="%s" user_admin="%s";\n' \
    "$plain" "$password" "$password" >>"$settings"

# What `format` prints holds the keys derived from the password.
if [ ! -e "$KAFKA_LOG_DIRS/meta.properties" ]; then
    # Without that file nothing counts that an interrupted first start left behind.
    rm -rf "${KAFKA_LOG_DIRS:?}"/*
    "$programs/kafka-storage.sh" format --standalone --cluster-id "$("$programs/kafka-storage.sh" random-uuid)" \
        --config "$settings" --add-scram "SCRAM-SHA-512=[name=admin,password=$password]" >/dev/null
fi
exec "$programs/kafka-server-start.sh" "$settings"
