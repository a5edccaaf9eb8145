package io.warroom.config.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What a package logs from now on, causes and key-value pairs included, whatever level is set for it. */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final Level before;

    private CapturedLog(Logger logger) {
        this.logger = logger;
        this.before = logger.getLevel();
    }

    /** Begins to listen. */
    public static CapturedLog of(String name, Level level) {
        var log = new CapturedLog((Logger) LoggerFactory.getLogger(name));
        log.start();
        log.logger.setLevel(level);
        log.logger.addAppender(log);
        return log;
    }

    /** Everything said so far. */
    public List<String> said() {
        return List.copyOf(said);
    }

    @Override
    protected void append(ILoggingEvent event) {
        said.add(event.getLevel() + " " + event.getFormattedMessage() + " " + event.getKeyValuePairs() + " "
                + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(before);
    }
}
