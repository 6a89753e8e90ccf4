// Zhike keeps a company's customers.
package main

func main() {}
