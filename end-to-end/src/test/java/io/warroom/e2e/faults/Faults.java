package io.warroom.e2e.faults;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Every fault that is known, those that cannot be brought about here, and which of them every build runs. */
final class Faults {

    /** What cannot be brought about on this machine, and why. */
    static final Map<String, String> NOT_RUN = FakeClock.isInstalled()
            ? Map.of()
            : Map.of("F6", "a worker's clock jumps: libfaketime is not installed (Debian's package of that name)");

    /** Cheap ones, of every group; the others are run by the command. */
    private static final List<String> SHORT = List.of("F1", "F16", "F20", "F29");

    private Faults() {}

    static List<Fault> all() {
        return Stream.of(
                        WorkerFaults.all(),
                        KafkaFaults.all(),
                        NetworkFaults.all(),
                        PlatformFaults.all(),
                        ConfigFaults.all(),
                        RegistryFaults.all(),
                        InputFaults.all())
                .flatMap(List::stream)
                .toList();
    }

    static List<Fault> shortSet() {
        return all().stream().filter(fault -> SHORT.contains(fault.id())).toList();
    }

    /** @throws IllegalArgumentException naming an id that is not known */
    static List<Fault> named(List<String> ids) {
        return ids.stream()
                .map(id -> all().stream()
                        .filter(fault -> fault.id().toLowerCase(Locale.ROOT).equals(id.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("unknown: " + id + "; known are "
                                + Arrays.toString(all().stream().map(Fault::id).toArray()))))
                .toList();
    }
}
