package io.warroom.config.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class ChangeNotifierTest {

    @Test
    void anErrorInItsThreadStartsItAgain() {
        var connections = new AtomicInteger();
        var notifier = new ChangeNotifier(Jdbi.create(() -> {
            connections.incrementAndGet();
            throw new StackOverflowError("of a test");
        }));
        notifier.start();
        try {
            notifier.changed();
            await().until(() -> notifier.threadRestarts() == 1);

            notifier.changed();
            await().until(() -> connections.get() == 2);
        } finally {
            notifier.stop();
        }
        assertThat(notifier.threadFailure()).isEmpty();
    }
}
