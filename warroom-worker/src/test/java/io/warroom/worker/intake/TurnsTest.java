package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {

    private final Turns<String> turns = new Turns<>();

    @Test
    void threadsGoInTheOrderOfAskingAndNothingIsKeptAfterwards() throws Exception {
        var order = new ConcurrentLinkedQueue<Integer>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 5_000; i++) {
                int mine = i;
                var turn = turns.queue("acme");
                var _ = executor.submit(() -> {
                    try (turn) {
                        turn.await();
                        order.add(mine);
                    }
                    return null;
                });
            }
        }

        assertThat(order)
                .containsExactlyElementsOf(IntStream.range(0, 5_000).boxed().toList());
        assertThat(turns.size()).isZero();
    }

    @Test
    void oneThatGivesUpWaitingLetsNobodyGoBeforeThoseAheadOfIt() throws Exception {
        var first = turns.queue("acme");
        var second = turns.queue("acme");
        var third = turns.queue("acme");
        var gone = new ArrayList<String>();
        second.close();

        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = executor.submit(() -> {
                third.await();
                gone.add("third");
                return null;
            });
            gone.add("first");
            first.close();
            waiting.get();
        }

        assertThat(gone).containsExactly("first", "third");
    }

    @Test
    void anotherKeyIsNotWaitedFor() throws Exception {
        var _ = turns.queue("acme");

        turns.queue("other").await();

        assertThat(turns.size()).isEqualTo(2);
    }
}
