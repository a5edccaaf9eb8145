# Sourced by mvnw and warroom: sets JAVA_HOME to a JDK 25, looking where people keep them, or ends with one line of advice.
is_jdk25() { [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25' "$1/release" 2>/dev/null; }

find_jdk25() {
  set +f # mvnw forbids globs; this runs in a subshell
  java_on_path="$(command -v javac 2>/dev/null || true)"
  if [ -n "$java_on_path" ]; then java_on_path="$(readlink -f "$java_on_path" 2>/dev/null || echo "$java_on_path")"; fi
  for home in "${JAVA_HOME-}" "${java_on_path%/bin/javac}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /opt/*jdk* /opt/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$home" ] && is_jdk25 "$home"; then
      printf '%s' "$home"
      return 0
    fi
  done
  return 1
}

if ! JAVA_HOME="$(find_jdk25)"; then
  echo "Warroom needs a JDK 25 and found none: install one (e.g. Eclipse Temurin 25, https://adoptium.net) or set JAVA_HOME to it." >&2
  exit 1
fi
export JAVA_HOME
