package io.warroom.worker.opening;

import io.warroom.platform.PlatformKind;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What several incidents' threads share, under every order in which their steps may follow each other (Lincheck, within its
 * bounds): the answers must be those of some order of whole calls.
 */
class ThreadsMeetTest {

    private static final int SCENARIOS = Integer.getInteger("warroom.scenarios", 5);
    private static final String TENANT = "acme";

    @ParameterizedTest
    @ValueSource(classes = {Keys.class, Places.class, Breaker.class, OneAtATime.class})
    void concurrentCallsAnswerAsIfTheyCameOneAfterTheOther(Class<?> shared) {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .iterations(SCENARIOS)
                .invocationsPerIteration(100)
                .check(shared);
    }

    @Param(name = "revision", gen = IntGen.class, conf = "1:3")
    public static final class Keys {

        private final RejectedKeys keys = new RejectedKeys();

        @Operation
        public void add(@Param(name = "revision") int revision) {
            keys.add(TENANT, PlatformKind.LARK, revision, "rejected at " + revision);
        }

        @Operation
        public String find(@Param(name = "revision") int revision) {
            return keys.find(TENANT, PlatformKind.LARK, revision).orElse("may be tried");
        }

        @Operation
        public boolean forget(@Param(name = "revision") int revision) {
            return keys.forget(TENANT, PlatformKind.LARK, revision);
        }
    }

    public static final class Places {

        private final Lanes lanes = new Lanes(2);

        @Operation
        public boolean enter() {
            return lanes.enter(TENANT);
        }

        @Operation
        public void leave() {
            lanes.leave(TENANT);
        }
    }

    public static final class Breaker {

        private final Circuits circuits = new Circuits(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

        /** One failure more, and it opens. */
        public Breaker() {
            for (int failures = 0; failures < 4; failures++) {
                unanswered();
            }
        }

        @Operation
        public boolean mayCall() {
            return circuits.mayCall(TENANT, PlatformKind.LARK);
        }

        @Operation
        public void answered() {
            circuits.answered(TENANT, PlatformKind.LARK);
        }

        @Operation
        public void unanswered() {
            circuits.unanswered(TENANT, PlatformKind.LARK);
        }
    }

    /** A plain number: two at once would count one. */
    public static final class OneAtATime {

        private final InTurn inTurn = new InTurn();
        private int count;

        @Operation
        public int work() throws InterruptedException {
            var mine = new int[1];
            inTurn.run(TENANT, "INC-1", () -> mine[0] = ++count);
            return mine[0];
        }
    }
}
