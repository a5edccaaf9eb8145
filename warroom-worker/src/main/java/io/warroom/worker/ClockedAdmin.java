package io.warroom.worker;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;

/** The admin client, another one once the machine's clock was set back; what the old one was asked then fails. Thread-safe. */
final class ClockedAdmin implements Supplier<Admin>, AutoCloseable {

    private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(1);

    private final Supplier<Admin> clients;
    private final ClockWatch watch;
    private final Runnable listener = this::renew;
    private volatile Admin current;

    /** @param clients makes one */
    ClockedAdmin(Supplier<Admin> clients, ClockWatch watch) {
        this.clients = clients;
        this.watch = watch;
        this.current = clients.get();
        watch.tell(listener);
    }

    private void renew() {
        var old = current;
        current = clients.get();
        old.close(CLOSE_AT_MOST);
    }

    @Override
    public Admin get() {
        return current;
    }

    @Override
    public void close() {
        watch.forget(listener);
        current.close();
    }
}
