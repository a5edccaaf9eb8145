package io.warroom.simulator;

import io.warroom.simulator.witness.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Tells pages that something changed, as server-sent events. Every page has a virtual thread of its own, which looks at the version a
 * few times a second: calls to the platforms wake nobody and wait for nobody, and a page that reads slowly holds up itself alone. The
 * first event comes at once, so that a page which was away finds out what it has missed.
 */
final class ChangeStream {
    private static final int MOST_PAGES = 64;
    private static final Duration LOOK = Duration.ofMillis(250);
    /** Well within the 30 s after which a silent connection is ended. */
    private static final int LOOKS_UNTIL_BEAT = 40;

    private final Supplier<String> version;
    private final CountDownLatch closed;
    private final Semaphore places = new Semaphore(MOST_PAGES);

    ChangeStream(Supplier<String> version, CountDownLatch closed) {
        this.version = version;
        this.closed = closed;
    }

    /** Tells one page until it is gone or the simulator is closed; 503 when there are too many. */
    void follow(Response response, Callback callback) throws InterruptedException {
        if (!places.tryAcquire()) {
            Answer full = new Answer(
                    503,
                    "text/plain; charset=utf-8",
                    MOST_PAGES + " pages are open already",
                    true,
                    Map.of("Retry-After", "5"));
            Sending.whole(response, callback, full);
            return;
        }
        try {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream; charset=utf-8");
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            tell(response);
            callback.succeeded();
        } catch (IOException gone) {
            // The page was closed, or reads no more.
            callback.failed(gone);
        } finally {
            places.release();
        }
    }

    private void tell(Response response) throws IOException, InterruptedException {
        String told = "";
        int silent = 0;
        do {
            String now = version.get();
            silent++;
            if (!now.equals(told)) {
                write(response, "retry: 1000\ndata: " + now + "\n\n");
                told = now;
                silent = 0;
            } else if (silent >= LOOKS_UNTIL_BEAT) {
                write(response, ":\n\n");
                silent = 0;
            }
        } while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
    }

    private static void write(Response response, String text) throws IOException {
        Content.Sink.write(response, false, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
