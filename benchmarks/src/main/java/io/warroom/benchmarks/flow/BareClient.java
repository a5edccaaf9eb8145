package io.warroom.benchmarks.flow;

import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** The calls of openings by a bare HTTP client on virtual threads: no Kafka, no promises. */
final class BareClient {

    private BareClient() {}

    /** The platform's base URL, which of {@link BarePosts}, how many openings, how many at once. */
    public static void main(String[] arguments) throws InterruptedException {
        int openings = Integer.parseInt(arguments[2]);
        int atOnce = Integer.parseInt(arguments[3]);
        var calls = new LarkCalls(BarePosts.valueOf(arguments[1]).to(arguments[0], atOnce));
        openAll(openings, atOnce, number -> calls.open("tenant-" + number % Scene.TENANTS, "INC-" + number));
    }

    /** One opening, by its number. */
    interface Opening {
        void open(int number) throws Exception;
    }

    /** Opens them all and tells the second half's figures; does not return. */
    static void openAll(int openings, int atOnce, Opening opening) throws InterruptedException {
        var halves = new Halves(openings);
        var places = new Semaphore(atOnce);
        Thread.ofPlatform().daemon().start(() -> {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < openings; i++) {
                    int number = i;
                    places.acquireUninterruptibly();
                    threads.execute(() -> {
                        try {
                            opening.open(number);
                            halves.ended();
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
        halves.await().tell();
        System.exit(0);
    }
}
