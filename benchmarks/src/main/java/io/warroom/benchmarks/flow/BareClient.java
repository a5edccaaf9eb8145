package io.warroom.benchmarks.flow;

import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** The calls of openings by a bare HTTP client on virtual threads: no Kafka, no promises. */
final class BareClient {

    private BareClient() {}

    /** The platform's base URL, how many openings, how many at once. */
    public static void main(String[] arguments) throws InterruptedException {
        int openings = Integer.parseInt(arguments[1]);
        int atOnce = Integer.parseInt(arguments[2]);
        var calls = new LarkCalls(new ApachePosts(arguments[0], atOnce));
        openAll(openings, atOnce, number -> calls.open("tenant-" + number % Scene.TENANTS, "INC-" + number));
    }

    /** One opening, by its number. */
    interface Opening {
        void open(int number) throws Exception;
    }

    /** Opens them all and tells the figures of those when warm; does not return. */
    static void openAll(int openings, int atOnce, Opening opening) throws InterruptedException {
        var count = new WarmOpenings(openings);
        var places = new Semaphore(atOnce);
        Thread.ofPlatform().daemon().start(() -> {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < openings; i++) {
                    int number = i;
                    places.acquireUninterruptibly();
                    threads.execute(() -> {
                        try {
                            opening.open(number);
                            count.ended();
                        } catch (Exception e) {
                            e.printStackTrace();
                            Runtime.getRuntime().halt(1);
                        } finally {
                            places.release();
                        }
                    });
                }
            }
        });
        count.await().tell();
        System.exit(0);
    }
}
