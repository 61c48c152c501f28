// Verifies a running log with golang.org/x/mod/sumdb (note and tlog), which shares no code with the log.
// Run it through ../verify-with-go.sh.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/ioutil"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 256
	// Logs of up to this many entries are checked entry by entry; of larger ones, the ends and a sample.
	checkedWhole = 20000
	sampled      = 200
)

type server struct {
	base   string
	client *http.Client
}

func (s server) get(path string) ([]byte, error) {
	answer, err := s.client.Get(s.base + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(io.LimitReader(answer.Body, 32<<20))
}

// pathOf writes a tile as C2SP tlog-tiles does: x/mod puts the height of the tiles into its path, C2SP does not.
func pathOf(level string, n int64, width int) string {
	index := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		index = fmt.Sprintf("x%03d/%s", n%1000, index)
	}
	if width != tileWidth {
		index += fmt.Sprintf(".p/%d", width)
	}
	return "tile/" + level + "/" + index
}

// tiles implements tlog.TileReader over HTTP.
type tiles struct {
	server
	held map[tlog.Tile][]byte
}

func (t *tiles) Height() int { return tileHeight }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		bytes, err := t.get(pathOf(strconv.Itoa(tile.L), tile.N, tile.W))
		if err != nil {
			return nil, err
		}
		if len(bytes) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %d/%d has %d bytes, not %d", tile.L, tile.N, len(bytes), tile.W*tlog.HashSize)
		}
		all = append(all, bytes)
	}
	return all, nil
}

func (t *tiles) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

// cached keeps what tlog has authenticated, so that each tile is fetched once.
type cached struct{ tiles }

func (c *cached) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(wanted))
	for i, tile := range wanted {
		if data, ok := c.held[tile]; ok {
			all[i] = data
			continue
		}
		read, err := c.tiles.ReadTiles([]tlog.Tile{tile})
		if err != nil {
			return nil, err
		}
		all[i] = read[0]
	}
	return all, nil
}

func (c *cached) SaveTiles(tiles []tlog.Tile, data [][]byte) {
	for i, tile := range tiles {
		c.held[tile] = data[i]
	}
}

// head opens a checkpoint: the note has to be signed by the key, and its first three lines are the head.
func head(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("the first line of the checkpoint is not the name of the key")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("the size %q is no count", lines[1])
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, fmt.Errorf("the root %q is no hash", lines[2])
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

// entries reads one bundle of entries.
func (s server) entries(n int64, width int) ([][]byte, error) {
	bundle, err := s.get(pathOf("entries", n, width))
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
			return nil, fmt.Errorf("bundle %d is cut off", n)
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		all = append(all, bundle[2:end])
		bundle = bundle[end:]
	}
	if len(all) != width {
		return nil, fmt.Errorf("bundle %d has %d entries, not %d", n, len(all), width)
	}
	return all, nil
}

// checked says which entries are checked: all, or the first and last bundle and a sample between.
func checked(size int64) map[int64]bool {
	chosen := map[int64]bool{}
	step := int64(1)
	if size > checkedWhole {
		step = size / sampled
	}
	for i := int64(0); i < size; i += step {
		chosen[i] = true
	}
	for i := int64(0); i < tileWidth && i < size; i++ {
		chosen[i], chosen[size-1-i] = true, true
	}
	return chosen
}

func verify(base, vkey, older string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return fmt.Errorf("the verifier key: %v (an Ed25519 key is needed: its base64 begins with A)", err)
	}
	s := server{strings.TrimSuffix(base, "/"), &http.Client{Timeout: 30 * time.Second}}
	signed, err := s.get("checkpoint")
	if err != nil {
		return err
	}
	tree, err := head(signed, verifier)
	if err != nil {
		return fmt.Errorf("the checkpoint: %v", err)
	}
	fmt.Printf("checkpoint: signed by %s, %d entries, root %v\n", verifier.Name(), tree.N, tree.Hash)
	if tree.N == 0 {
		if empty, _ := tlog.TreeHash(0, nil); empty != tree.Hash {
			return errors.New("the log is empty, and its root is not that of an empty tree")
		}
		return nil
	}
	reader := tlog.TileHashReader(tree, &cached{tiles{s, map[tlog.Tile][]byte{}}})
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil || root != tree.Hash {
		return fmt.Errorf("the tiles do not give the root: %v %v", root, err)
	}
	fmt.Println("tiles: they give that root")

	chosen := checked(tree.N)
	var bundle [][]byte
	at := int64(-1)
	for i := int64(0); i < tree.N; i++ {
		if !chosen[i] {
			continue
		}
		if n := i / tileWidth; n != at {
			width := tileWidth
			if (n+1)*tileWidth > tree.N {
				width = int(tree.N % tileWidth)
			}
			if bundle, err = s.entries(n, width); err != nil {
				return err
			}
			at = n
		}
		proof, err := tlog.ProveRecord(tree.N, i, reader)
		if err != nil {
			return fmt.Errorf("entry %d: %v", i, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, i, tlog.RecordHash(bundle[i%tileWidth])); err != nil {
			return fmt.Errorf("entry %d: %v", i, err)
		}
	}
	fmt.Printf("entries: %d of %d checked, all are in the tree\n", len(chosen), tree.N)

	if older == "" {
		return nil
	}
	before, err := ioutil.ReadFile(older)
	if err != nil {
		return err
	}
	was, err := head(before, verifier)
	if err != nil {
		return fmt.Errorf("the older checkpoint: %v", err)
	}
	switch {
	case was.N > tree.N:
		return fmt.Errorf("the older checkpoint has %d entries, the log only %d: its tail is missing", was.N, tree.N)
	case was.N == tree.N && !bytes.Equal(was.Hash[:], tree.Hash[:]):
		return errors.New("the older checkpoint has another root at the same size: the log was rewritten")
	case was.N > 0 && was.N < tree.N:
		proof, err := tlog.ProveTree(tree.N, was.N, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, was.N, was.Hash); err != nil {
			return fmt.Errorf("the log does not continue the older checkpoint: %v", err)
		}
	}
	fmt.Printf("older checkpoint: its %d entries are still there, unchanged and first\n", was.N)
	return nil
}

func main() {
	if len(os.Args) < 3 || len(os.Args) > 4 {
		fmt.Fprintln(os.Stderr, "usage: verify-with-go.sh <base-url> <vkey> [older-checkpoint-file]")
		os.Exit(2)
	}
	older := ""
	if len(os.Args) == 4 {
		older = os.Args[3]
	}
	if err := verify(os.Args[1], os.Args[2], older); err != nil {
		fmt.Fprintln(os.Stderr, "NOT VERIFIED:", err)
		os.Exit(1)
	}
	fmt.Println("VERIFIED")
}
