package main

func postgres() string { return "not written yet" }

func pgKill(b *bench) error      { return nil }
func pgFailover(b *bench) error  { return nil }
func pgPartition(b *bench) error { return nil }
func pgNodes(b *bench) error     { return nil }
