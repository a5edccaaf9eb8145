package io.warroom.worker.intake;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

class TurnsMeetTest {

    @Test
    void oneAtATimeHasItsTurnInWhicheverOrderTheThreadsStepOn() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .iterations(5)
                .invocationsPerIteration(100)
                .check(OneAtATime.class);
    }

    /** A plain number: two at once would count one. */
    public static final class OneAtATime {

        private final Turns<String> turns = new Turns<>();
        private int count;

        @Operation
        public int work() throws InterruptedException {
            try (var turn = turns.queue("acme")) {
                turn.await();
                return ++count;
            }
        }

        @Operation
        public void giveUp() {
            turns.queue("acme").close();
        }
    }
}
