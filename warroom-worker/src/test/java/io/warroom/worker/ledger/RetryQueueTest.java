package io.warroom.worker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.platform.PlatformKind;
import io.warroom.worker.ledger.RetryQueue.Line;
import io.warroom.worker.ledger.RetryQueue.Retry;
import java.util.HashMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetryQueueTest {

    private static final Line LARK = new Line("acme", PlatformKind.LARK);
    private static final Line WITHOUT_APP = new Line("acme", null);

    private final RetryQueue queue = new RetryQueue();

    @Test
    void anIncidentHasOneRetryAndThatIsTheLastThatWasPut() {
        queue.put(retry("acme/1", 10, LARK));
        queue.put(retry("acme/1", 20, WITHOUT_APP));

        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.due(19)).isNull();
        assertThat(queue.due(20)).isEqualTo(retry("acme/1", 20, WITHOUT_APP));
        queue.remove("acme/1");
        assertThat(queue.due(20)).isNull();
    }

    @Test
    void aLineThatIsPutOffHoldsUpNoOther() {
        queue.put(retry("acme/1", 10, LARK));
        queue.put(retry("acme/2", 11, LARK));
        queue.put(retry("acme/3", 12, WITHOUT_APP));

        queue.putOff(LARK, 100);

        assertThat(queue.due(50)).isEqualTo(retry("acme/3", 12, WITHOUT_APP));
        queue.remove("acme/3");
        assertThat(queue.due(50)).isNull();
        assertThat(queue.due(100)).isEqualTo(retry("acme/1", 10, LARK));
    }

    @Test
    void whoseDeadlineHasPassedIsFoundBehindOthers() {
        queue.put(new Retry(10, 1_000, 0, "acme/1", LARK, null));
        queue.put(new Retry(11, 30, 0, "acme/2", LARK, null));
        queue.putOff(LARK, 100);

        assertThat(queue.expired(LARK, 29)).isNull();
        assertThat(queue.expired(LARK, 30)).extracting(Retry::key).isEqualTo("acme/2");
        assertThat(queue.expired(WITHOUT_APP, 30)).isNull();
    }

    @Test
    void whateverIsPutAndTakenComesInTheOrderOfItsTime() {
        var random = new SplittableRandom(11);
        var expected = new HashMap<String, Long>();
        for (int i = 0; i < 10_000; i++) {
            String key = "t" + random.nextInt(5) + "/" + random.nextInt(500);
            if (random.nextInt(4) == 0) {
                queue.remove(key);
                expected.remove(key);
            } else {
                long at = random.nextInt(1_000);
                queue.put(retry(key, at, new Line(key.substring(0, 2), null)));
                expected.put(key, at);
            }
        }

        assertThat(queue.size()).isEqualTo(expected.size());
        long before = 0;
        for (var next = queue.due(Long.MAX_VALUE); next != null; next = queue.due(Long.MAX_VALUE)) {
            assertThat(next.atMillis()).isGreaterThanOrEqualTo(before).isEqualTo(expected.remove(next.key()));
            before = next.atMillis();
            queue.remove(next.key());
        }
        assertThat(expected).isEmpty();
    }

    private static Retry retry(String key, long at, Line line) {
        return new Retry(at, Long.MAX_VALUE, 0, key, line, null);
    }
}
