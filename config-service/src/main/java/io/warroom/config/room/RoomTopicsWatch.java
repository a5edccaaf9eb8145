package io.warroom.config.room;

import java.time.Duration;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Looks every {@link #PAUSE} whether a topic was deleted and made anew, which a consumer that goes on by its offset may not notice, and
 * then starts the listener again, so that it looks, too. One thread, from start to stop.
 */
final class RoomTopicsWatch implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(RoomTopicsWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final TopicEras eras;
    private final RoomListener listener;
    private final MessageListenerContainer container;
    private volatile Thread thread = Thread.ofVirtual().unstarted(() -> {});

    /** @param container the one that calls the listener */
    RoomTopicsWatch(TopicEras eras, RoomListener listener, MessageListenerContainer container) {
        this.eras = eras;
        this.listener = listener;
        this.container = container;
    }

    @Override
    public void start() {
        thread = Thread.ofVirtual().name("war-room-topics").start(this::run);
    }

    @Override
    public void stop() {
        thread.interrupt();
    }

    @Override
    public boolean isRunning() {
        return thread.isAlive();
    }

    /** Looks once. */
    void look() {
        if (container.isRunning() && listener.isBehind(eras.now())) {
            log.warn("A topic was made anew: the list of war rooms reads it from its beginning");
            container.stop();
            container.start();
        }
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                try {
                    look();
                } catch (JdbiException | TopicEras.TopicsUnknownException e) {
                    log.atDebug().setCause(e).log("Whether a topic was made anew is looked at later");
                }
            }
        } catch (InterruptedException _) {
            // Stopped.
            Thread.currentThread().interrupt();
        }
    }
}
