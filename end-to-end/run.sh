# Sourced by faults, soak and greedy: builds what they need, then becomes the program of that name with the arguments given.
run() {
  program="$1"
  shift
  . "$root/.mvn/jdk25.sh"
  if [ -z "${WARROOM_BUILT-}" ]; then
    (cd "$root" && ./mvnw -q -B -ntp -DskipTests -Dspotless.check.skip -pl end-to-end -am package) >&2
  fi
  one() { set -- "$root/$1/target/program/$1"-*-exec.jar && printf '%s' "$1"; }
  exec "$JAVA_HOME/bin/java" -Dwarroom.worker.jar="$(one warroom-worker)" \
    -Dwarroom.config-service.jar="$(one config-service)" \
    -cp "$root/end-to-end/target/test-classes:$(cat "$root/end-to-end/target/class-path")" \
    "io.warroom.e2e.faults.$program" "$@"
}
