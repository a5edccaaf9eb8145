-- Which topic of a name the read model of war rooms has read: one that is deleted and made anew begins with lower offsets, and is of
-- the next era. What is said in a later era counts more than what was said in an earlier one.
CREATE TABLE heard_topic (
    topic    text    PRIMARY KEY,
    topic_id text    NOT NULL,
    era      integer NOT NULL CHECK (era >= 0)
);
