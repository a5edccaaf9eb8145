package io.warroom.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short set of faults, each under one protocol by the seed; {@code end-to-end/faults} runs them all, under both.
 * {@code -Dwarroom.faults.seed} repeats a run's decisions.
 */
class FaultsIT {

    private static final long SEED = Long.getLong("warroom.faults.seed", System.nanoTime() & 0xffffff);

    @TempDir
    static Path folder;

    private static Harness harness;

    private record Planned(Fault fault, Protocol protocol) {}

    @BeforeAll
    static void start() {
        harness = new Harness(folder, false);
    }

    @AfterAll
    static void stop() throws Exception {
        harness.close();
    }

    @TestFactory
    Stream<DynamicTest> promisesAreKeptUnder() {
        var random = new Random(SEED);
        return Faults.shortSet().stream()
                .map(fault -> new Planned(fault, random.nextBoolean() ? Protocol.CLASSIC : Protocol.CONSUMER))
                .sorted(Comparator.comparing(Planned::protocol))
                .toList()
                .stream()
                .map(planned -> DynamicTest.dynamicTest(
                        "%s (%s, seed %d): %s"
                                .formatted(
                                        planned.fault().id(),
                                        planned.protocol(),
                                        SEED,
                                        planned.fault().words()),
                        () -> {
                            var row = harness.run(planned.fault(), planned.protocol(), SEED);
                            assertThat(row.violations()).as(Table.line(row)).isEmpty();
                            assertThat(row.trouble()).as(Table.line(row)).isNull();
                        }));
    }
}
