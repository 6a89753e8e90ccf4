-- A company's own trade list: each word stands for one class of GB/T 4754.
ALTER TABLE dictionary_values ADD COLUMN maps_to TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN trade TEXT NOT NULL DEFAULT '';
CREATE INDEX customers_by_trade ON customers (trade, updated_at, id, owner_id, department_id) WHERE deleted_at = 0;
