package io.warroom.worker;

import io.warroom.topic.ReadingLimits;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts a worker. Any number may run; Kafka shares the tenants out among them. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class Worker {

    /** Runs until it is told to stop. */
    public static void main(String[] args) {
        ReadingLimits.apply();
        SpringApplication.run(Worker.class, args);
    }
}
