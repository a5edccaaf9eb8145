package io.warroom.worker.contract;

import io.warroom.event.MessageKind;
import io.warroom.event.MessageState;
import io.warroom.event.RoomMessage;
import io.warroom.worker.opening.Message;

/** Between the contract's messages and the domain's, both ways. */
public final class RoomMessages {

    private RoomMessages() {}

    /** For the record of its room. */
    public static RoomMessage event(Message message) {
        return RoomMessage.newBuilder()
                .setKind(
                        switch (message.kind()) {
                            case FIRST -> MessageKind.FIRST;
                            case UPDATE -> MessageKind.UPDATE;
                            case RESOLUTION -> MessageKind.RESOLUTION;
                        })
                .setState(
                        switch (message.state()) {
                            case SENT -> MessageState.SENT;
                            case UNANSWERED -> MessageState.UNANSWERED;
                            case REFUSED -> MessageState.REFUSED;
                            case GIVEN_UP -> MessageState.GIVEN_UP;
                        })
                .setText(message.text())
                .setAt(message.at())
                .setMessageId(message.messageId())
                .setDetail(message.detail())
                .setPlatformCode(message.platformCode())
                .setPlatformRequestId(message.platformRequestId())
                .build();
    }

    static Message of(RoomMessage message) {
        return new Message(
                switch (message.getKind()) {
                    case FIRST -> Message.Kind.FIRST;
                    // A newer worker's kind is one that this one knows least of.
                    case UPDATE, UNKNOWN -> Message.Kind.UPDATE;
                    case RESOLUTION -> Message.Kind.RESOLUTION;
                },
                switch (message.getState()) {
                    case SENT -> Message.State.SENT;
                    // A newer worker's state: perhaps it is in the room, and it is not sent again.
                    case UNANSWERED, UNKNOWN -> Message.State.UNANSWERED;
                    case REFUSED -> Message.State.REFUSED;
                    case GIVEN_UP -> Message.State.GIVEN_UP;
                },
                message.getText(),
                message.getAt(),
                message.getMessageId(),
                message.getDetail(),
                message.getPlatformCode(),
                message.getPlatformRequestId());
    }
}
