-- Nobody asks for rows by when they were acknowledged, and every acknowledgement paid for it.
drop index outbox_age;
